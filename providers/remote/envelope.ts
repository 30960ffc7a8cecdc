/**
 * A shell that reads its standard input runs each line as it comes, the last one even when it was cut. A group is read to its
 * closing brace before any of it runs.
 */
export const enveloped = (script: string): string => `{\n${script}\n}\n`
