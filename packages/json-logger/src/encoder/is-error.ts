import { types } from 'node:util'

/** Whether a value is an error, of whatever realm, or an object that inherits from one. Never throws. */
export function isError(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (types.isNativeError(value)) return true
  try {
    return value instanceof Error
  } catch {
    return false
  }
}
