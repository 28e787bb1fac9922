import type { Redactor } from '../redact.ts'

const CREDENTIALS = /^([a-z][a-z0-9+.-]*:\/\/)[^/?#@]*@/i
const PARAMETER = /([?&#])([^=&#?]*)=([^&#]*)/g

/** The text of a URL; its user and password, and parameters with secret names, are masked. */
export function urlText(href: string, redactor: Redactor): string {
  if (!redactor.isSecretKey('password')) return href
  const { mask } = redactor
  return href
    .replace(CREDENTIALS, (_all, scheme: string) => `${scheme}${mask}@`)
    .replaceAll(PARAMETER, (all, before: string, name: string) =>
      redactor.isSecretKey(decoded(name)) ? `${before}${name}=${mask}` : all,
    )
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
