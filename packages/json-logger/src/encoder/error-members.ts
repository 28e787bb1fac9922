import type { ErrorNames } from '../presets/preset.ts'
import { memberList } from './plain-json.ts'

/**
 * The members of a line for an encoded error, `,"error.type":...`, where its parts do not stay one object.
 * @param begin `,"error":`, for an error of which nothing but a word could be told
 */
export function errorMembers(names: ErrorNames | undefined, begin: string, errorJson: string): string {
  if (names === undefined || !errorJson.startsWith('{')) return begin + errorJson
  const { type, message, stack, ...details } = JSON.parse(errorJson) as Record<string, unknown>
  const parts = [
    [names.type, type],
    [names.message, message],
    [names.stack, stack],
    [names.details, Object.keys(details).length === 0 ? undefined : details],
  ] as const
  return memberList(Object.fromEntries(parts.filter(([, value]) => value !== undefined))).join('')
}
