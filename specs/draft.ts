class Touched extends Error {}

/** A property that stands for something broken. */
export const brokenProperty: PropertyDescriptor = {
  enumerable: true,
  get: () => {
    throw new Touched('a broken value was touched outside of whenWhole')
  },
}

/** What the body says of a draft, or undefined when it needs something that is broken. */
export const whenWhole = <A>(body: () => A): A | undefined => {
  try {
    return body()
  } catch (cause) {
    if (cause instanceof Touched) return undefined
    throw cause
  }
}
