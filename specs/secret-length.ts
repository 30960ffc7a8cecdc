/** Where a shorter one is hidden, half of every message is. So there are none. */
export const LEAST_SECRET = 4
