const TOKEN_BYTES = 17
const TOKEN_CHARS = 22

/** 132 random bits, as the header of a record has place for: no two leases have the same. */
export function newToken(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)))
    .toString('base64url')
    .slice(0, TOKEN_CHARS)
}
