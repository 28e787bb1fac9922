import { randomId } from '../random-id.ts'

const TOKEN_BYTES = 16

/** 128 random bits as 22 characters, as the header of a record has place for: no two leases have the same. */
export function newToken(): string {
  return randomId(TOKEN_BYTES)
}
