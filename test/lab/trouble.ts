/** Why the lab cannot go on, and what to do about it. */
export class Trouble extends Error {
  constructor(
    why: string,
    readonly todo: string,
  ) {
    super(why)
  }
}
