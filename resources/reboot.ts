import { minuteOf, startsOf } from '../specs/clock.js'
import { MADE } from './vm/spec.js'

const DAY = 1440
/** A backup takes up to half an hour, and a host is away for a few minutes. */
const BACKING_UP = 30
const AWAY = 5

const after = (early: number, late: number): number => (late - early + DAY) % DAY

/** Whether a host that reboots then may be away while its backup runs. */
export const meets = (reboot: string, schedule: string): boolean => {
  const rebooting = minuteOf(reboot)
  return startsOf(schedule).some(start => after(start, rebooting) < BACKING_UP || after(rebooting, start) < AWAY)
}

const at = (minute: number): string => [Math.floor(minute / 60), minute % 60].map(number => String(number).padStart(2, '0')).join(':')

/** When a host reboots where the file doesn't say: at the usual time, or the next half hour that leaves its backups alone. */
export const quietTime = (schedule: string | undefined): string => {
  if (schedule === undefined) return MADE.reboot
  const first = minuteOf(MADE.reboot)
  const times = Array.from({ length: DAY / 30 }, (_, index) => at((first + index * 30) % DAY))
  return times.find(time => !meets(time, schedule)) ?? MADE.reboot
}
