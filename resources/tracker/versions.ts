/** The first release has figures for people only, and none that Prometheus reads. A digest alone tells nothing, and counts as newer. */
export const hasMetrics = (image: string): boolean => !/:v?3\.0\.\d+(@|$)/.test(image)
