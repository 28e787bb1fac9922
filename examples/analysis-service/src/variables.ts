import { z } from 'zod'

const LONGEST_TTL_MS = 365 * 86_400_000
const LEAST_SIZE = 1024
const GREATEST_SIZE = 1024 ** 3

/** What the text of a variable stands for; where `parse` finds no value, a fault that says the rule and never the text. */
export function variable<T>(rule: string, parse: (text: string) => T | undefined): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const value = parse(text.trim())
    if (value !== undefined) return value
    context.addIssue({ code: 'custom', message: `must be ${rule}` })
    return z.NEVER
  })
}

/** A whole number within bounds, both included. */
export function whole(least: number, greatest: number): z.ZodType<number, string> {
  return variable(`a whole number of ${least} to ${greatest}`, (text) => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN
    return value >= least && value <= greatest ? value : undefined
  })
}

/** Any text, without the blanks around it. */
export const TEXT: z.ZodType<string, string> = z.string().trim()

/** What is sent in a header as it is. */
export function secret(leastLength: number): z.ZodType<string, string> {
  const printable = TEXT.refine((text) => /^[\x21-\x7e]*$/.test(text), 'must be printable ASCII without spaces')
  return printable.refine((text) => text.length >= leastLength, `must be at least ${leastLength} characters`)
}

const UNIT_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const UNIT_BYTES: Readonly<Record<string, number>> = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3 }

/** Milliseconds. A bare number is seconds: so was it where this service comes from. */
export function ttlMs(text: string): number | undefined {
  const ms = withUnit(text, UNIT_MS, 's')
  return ms !== undefined && ms >= 1 && ms <= LONGEST_TTL_MS ? ms : undefined
}

/** A bare number is bytes; 1kb to 1gb. */
export function sizeBytes(text: string): number | undefined {
  const bytes = withUnit(text, UNIT_BYTES, 'b')
  return bytes !== undefined && bytes >= LEAST_SIZE && bytes <= GREATEST_SIZE ? bytes : undefined
}

function withUnit(text: string, units: Readonly<Record<string, number>>, bare: string): number | undefined {
  const [, amount, unit = bare] = /^(\d{1,12})([a-z]{1,2})?$/.exec(text.toLowerCase()) ?? []
  const factor = Object.hasOwn(units, unit) ? units[unit] : undefined
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor
}

/** `true` or `false`, in the usual spellings. */
export function flag(text: string): boolean | undefined {
  if (['true', '1', 'yes', 'on'].includes(text.toLowerCase())) return true
  return ['false', '0', 'no', 'off'].includes(text.toLowerCase()) ? false : undefined
}
