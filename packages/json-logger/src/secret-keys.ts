/** Keys whose values are secret wherever they stand, as {@link normalKey} leaves them. */
const SECRET_KEYS: readonly string[] = [
  'pwd',
  'secrets',
  'apikeys',
  'privatekeys',
  'secretkeys',
  'accesskeys',
  'encryptionkeys',
  'signingkeys',
  'passphrases',
  'cookies',
  'setcookies',
  'authorizations',
  'credential',
  'credentials',
  'jwt',
  'jwts',
  'bearer',
  'sid',
  'connectsid',
  'sessionid',
  'sessionids',
  'jsessionid',
  'phpsessid',
]

/**
 * A key that ends so is a secret too: stripe_secret, csrfToken, awsSecretAccessKey. Counts and their plurals do not end so:
 * `tokens`, `tokenCount` and `maxTokens` are figures that people want to read.
 */
const SECRET_ENDING =
  /(?:passphrase|secret|token|apikey|cookie|authorization|privatekey|secretkey|accesskey|encryptionkey|signingkey|subscriptionkey)$/

/** A password wherever the word stands: password1, passwordHash, password_confirmation. */
const PASSWORD = /password|passwd/

/**
 * `pass` as the last word of a key as it was written: DB_PASS, smtpPass, user[pass], SMTPPass, but neither bypass nor
 * COMPASS.
 */
const LAST_WORD_PASS = /(?:(?:^|\P{L})(?:pass|PASS)|Pass|(?<=\p{Ll})PASS)[^\p{L}\p{N}]*$/u

/** Where Node keeps the header of a request as one text, with all credentials in it. */
const RAW_HEADER_KEYS: ReadonlySet<string> = new Set(['_header', 'outputData'])

/** Answers that are kept. Keys come from the data, so there is no end to them. */
const MAX_CACHED = 1024
const MAX_CACHED_KEY = 64

/**
 * A key as it is compared: lower case, letters of other widths and styles as the plain ones, without `-`, `_`, `.`, spaces,
 * and the brackets of forms (`user[password]`).
 */
export function normalKey(key: string): string {
  return key
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[-_.\s[\]]/g, '')
}

/**
 * The question whether a key's value is secret: the default keys, the default endings and the user's own keys. Amortised
 * O(1); memory is bounded, whatever the keys are.
 */
export function secretKeys(own: readonly string[]): (key: string) => boolean {
  const secrets = new Set([...SECRET_KEYS, ...own.map(normalKey)])
  const isSecret = (key: string): boolean => {
    if (RAW_HEADER_KEYS.has(key)) return true
    const normal = normalKey(key)
    if (secrets.has(normal) || SECRET_ENDING.test(normal) || PASSWORD.test(normal)) return true
    return LAST_WORD_PASS.test(key.normalize('NFKC'))
  }
  const cache = new Map<string, boolean>()
  return (key) => {
    const known = cache.get(key)
    if (known !== undefined) return known
    const answer = isSecret(key)
    if (cache.size >= MAX_CACHED) cache.clear()
    if (key.length <= MAX_CACHED_KEY) cache.set(key, answer)
    return answer
  }
}
