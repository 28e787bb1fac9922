import { quote } from './quote.ts'

/** JSON of plain data, as `JSON.parse` gives it, in which every string is quoted as strings of a line are. */
export function encodePlain(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (Array.isArray(value)) return `[${value.map(encodePlain).join(',')}]`
  return `{${memberList(value).join('').slice(1)}}`
}

/** The members of plain data, each `,"name":value`. */
export function memberList(value: object): string[] {
  return Object.entries(value).map(([name, inner]) => `,${quote(name)}:${encodePlain(inner)}`)
}
