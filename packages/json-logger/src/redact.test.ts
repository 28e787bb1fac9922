import { describe, expect, it } from 'vitest'
import { createRedactor } from './redact.ts'

describe('createRedactor', () => {
  it.each([
    [
      'authorization',
      'Proxy-Authorization',
      'COOKIE',
      'set-cookie',
      'password',
      'passwd',
      'pwd',
      'passphrase',
      'secret',
    ],
    ['client_secret', 'access_token', 'refreshToken', 'id.token', 'csrf token', 'api-key', 'X-Api-Key', 'apiKey'],
    ['private_key', 'secretKey', 'ACCESS_KEY', 'credentials', 'userPassword', 'REDIS_PASSWORD', 'stripeSecret'],
    ['user[password]', '_header'],
    ['pass', 'PASS', 'DB_PASS', 'smtpPass', 'SMTPPass', 'smtpPASS', 'user[pass]', 'db.pass', 'PASS_'],
    ['cookies', 'passwords', 'secrets', 'apikeys', 'api_keys', 'credential', 'jwt', 'bearer', 'signingKeys'],
    ['sessionId', 'sid', 'connect.sid', 'JSESSIONID', 'PHPSESSID'],
    ['AWS_SECRET_ACCESS_KEY', 'storageAccessKey', 'encryptionKey', 'signing_key', 'Ocp-Apim-Subscription-Key'],
    ['password1', 'passwordHash', 'password_confirmation', 'oldPasswdHash', 'hasPassword'],
    ['\uFF50assword', '\u{1D429}\u{1D41A}\u{1D42C}\u{1D42C}', 'to\u212Aen'],
  ])('hides the usual secrets by their keys: %s ...', (...keys) => {
    const redactor = createRedactor(undefined)
    expect(keys.filter((key) => !redactor.isSecretKey(key))).toEqual([])
  })

  it('leaves counts, plurals and the like', () => {
    const redactor = createRedactor({})
    const keys = [
      'tokens',
      'tokenCount',
      'maxTokens',
      'total_tokens',
      'promptTokens',
      'bypass',
      'BYPASS',
      'compass',
      'passed',
      'passCount',
      'auth',
      'sidebar',
      'accessKeyId',
      'header',
      'id',
      '',
      'author',
      'cookieCount',
      '__proto__',
    ]
    expect(keys.filter((key) => redactor.isSecretKey(key))).toEqual([])
  })

  it('hides the keys of the user too, however they are written', () => {
    const redactor = createRedactor({ keys: ['ssn', 'credit-card'] })
    expect(['SSN', 'creditCard', 'credit_card', 'password'].every((key) => redactor.isSecretKey(key))).toBe(true)
    expect(redactor.isSecretKey('ssnCount')).toBe(false)
  })

  it('hides nothing with false', () => {
    const redactor = createRedactor(false)
    expect(redactor.isSecretKey('password')).toBe(false)
    expect(redactor.root).toBeUndefined()
    expect(redactor.hasPatterns).toBe(false)
    expect(redactor.scrub('https://u:S@h/?token=S')).toBe('https://u:S@h/?token=S')
  })

  it('answers the same after any number of other keys', () => {
    const redactor = createRedactor(undefined)
    for (let key = 0; key < 5000; key++) redactor.isSecretKey(`key ${key}`)
    expect(redactor.isSecretKey('password')).toBe(true)
    expect(redactor.isSecretKey('key 1')).toBe(false)
  })

  it('replaces every match of every pattern and leaves the pattern of the user as it was', () => {
    const sticky = /b/y
    const redactor = createRedactor({ patterns: [/a+/g, sticky, /x*/], mask: '$&' })
    sticky.lastIndex = 1
    expect(redactor.scrub('aac bcb')).toBe('$&c $&c$&')
    expect(redactor.scrub('aac bcb')).toBe('$&c $&c$&')
    expect(sticky.lastIndex).toBe(1)
  })

  it('hides what any pattern finds in the text as it was, in whatever order they are', () => {
    const [digits, whole] = [/\d+/, /id-\d+-end/]
    expect(createRedactor({ patterns: [digits, whole] }).scrub('an id-12-end, 3')).toBe('an [redacted], [redacted]')
    expect(createRedactor({ patterns: [whole, digits] }).scrub('an id-12-end, 3')).toBe('an [redacted], [redacted]')
  })

  it.each([
    [{ keys: 'a' }, 'redact.keys must be an array, got a (string)'],
    [
      { keys: ['ok', '-_'] },
      'redact.keys[1] must be a string with a letter, a digit or the like in it, got -_ (string)',
    ],
    [
      { paths: [5] },
      'redact.paths[0] must be a path such as user.password, items[0].card or headers.*, got 5 (number)',
    ],
    [{ paths: ['a..b'] }, 'got a..b (string)'],
    [{ paths: ['a.'] }, 'got a. (string)'],
    [{ paths: [''] }, 'redact.paths[0] must be a path'],
    [{ paths: ['a[b]'] }, 'redact.paths[0] must be a path'],
    [{ patterns: ['a'] }, 'redact.patterns[0] must be a regular expression, got a (string)'],
    [{ mask: 5 }, 'redact.mask must be a string, got 5 (number)'],
    [{ key: [] }, "redact has no option 'key', known are keys, paths, patterns, mask"],
    [true, 'redact must be an object, got true (boolean)'],
    [null, 'redact must be an object, got null'],
  ])('refuses %j', (options, message) => {
    expect(() => createRedactor(options as never)).toThrow(TypeError)
    expect(() => createRedactor(options as never)).toThrow(message)
  })
})
