const MILLISECONDS: readonly string[] = Array.from({ length: 1000 }, (_, ms) => String(ms).padStart(3, '0'))

/** Instants as text; what stays the same for a second is made once in it. */
export class LineClock {
  #second = Number.NaN
  #now = Number.NaN
  #utcNow = ''
  #utc = ''
  #localTime = ''
  #localDate = ''

  /** ISO 8601 in UTC without its `Z`: `2026-11-22T05:07:52.123`. */
  utc(now: number): string {
    if (now === this.#now) return this.#utcNow
    this.#turnTo(now)
    this.#now = now
    this.#utcNow = this.#utc + millisecondsOf(now)
    return this.#utcNow
  }

  /** Local time of day: `14:30:45`. */
  time(now: number): string {
    this.#turnTo(now)
    return this.#localTime
  }

  /** Local date and time: `2026-11-22 14:30:45.123`. */
  dateTime(now: number): string {
    this.#turnTo(now)
    return `${this.#localDate} ${this.#localTime}.${millisecondsOf(now)}`
  }

  #turnTo(now: number): void {
    const second = Math.floor(now / 1000)
    if (second === this.#second) return
    const date = new Date(now)
    this.#second = second
    this.#utc = date.toISOString().slice(0, -4)
    this.#localTime = [date.getHours(), date.getMinutes(), date.getSeconds()].map(twoDigits).join(':')
    this.#localDate = [date.getFullYear(), date.getMonth() + 1, date.getDate()].map(twoDigits).join('-')
  }
}

function millisecondsOf(now: number): string {
  return MILLISECONDS[Math.floor(now) - Math.floor(now / 1000) * 1000] as string
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
