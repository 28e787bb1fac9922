import type { Walk } from './walk.ts'

/** What stands in place of a value that could not be read: `[threw TypeError: boom]`. Never throws itself. */
export function threw(walk: Walk, error: unknown): string {
  return walk.note(`[threw ${described(error)}]`)
}

function described(error: unknown): string {
  try {
    if (typeof error !== 'object' || error === null) return String(error)
    const { name, message } = error as { readonly name?: unknown; readonly message?: unknown }
    if (typeof name !== 'string') return 'an object'
    return typeof message === 'string' && message !== '' ? `${name}: ${message}` : name
  } catch {
    return 'an object that throws too'
  }
}
