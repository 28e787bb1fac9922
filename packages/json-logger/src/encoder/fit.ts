import { stripVTControlCharacters } from 'node:util'
import { TRUNCATED } from './layout.ts'
import { quote } from './quote.ts'

/** Whether a line has at most so many bytes of UTF-8; counted only where that is in doubt. */
export function fits(line: string, maxBytes: number): boolean {
  return line.length * 3 <= maxBytes || Buffer.byteLength(line) <= maxBytes
}

/** The parts of a JSON line that is too long. */
export interface LongLine {
  /** Up to the message. */
  readonly head: string
  readonly message: string
  /** All that must stay, up to the fields. */
  readonly tail: string
  /** Members in the order of the line, `,"name":value,"name":value`. */
  readonly members: string
  readonly close: string
}

const MARK = `,"${TRUNCATED}":true`

/**
 * A JSON line of at most `maxBytes`, valid and with the member `"truncated":true`: the message gets half of the room at
 * most where there are fields; then members as long as they fit whole; what does not is shown as the beginning of its text, or left out.
 */
export function fitJson(line: LongLine, maxBytes: number): string {
  const { head, tail, close } = line
  const each = split(line.members)
  let room = maxBytes - Buffer.byteLength(head + tail + close + MARK) - 2
  const message = cutQuoted(line.message, each.length === 0 ? room : room / 2)
  room -= Buffer.byteLength(message)
  let members = ''
  for (const member of each) {
    const kept = fits(member, room) ? member : cutMember(member, room)
    members += kept
    room -= Buffer.byteLength(kept)
  }
  // Where they begin an object of their own a first comma is too much; the mark stands behind it, in the line itself.
  return `${head}${message}${tail}${tail.endsWith('{') ? members.slice(1) : members}${close}${MARK}}\n`
}

/** A text line of at most `maxBytes`; its colours go where it must be cut. */
export function fitText(line: string, maxBytes: number): string {
  const plain = stripVTControlCharacters(line)
  if (Buffer.byteLength(plain) <= maxBytes) return plain
  return `${prefixOf(plain, maxBytes - 5)} …\n`
}

/** Members apart: each ends before a comma outside of strings and brackets. O(length). */
function split(members: string): readonly string[] {
  const all: string[] = []
  let depth = 0
  let begin = 0
  for (let at = 1; at < members.length; at++) {
    const token = members[at]
    if (token === '"') at = endOfString(members, at)
    else if (token === '{' || token === '[') depth++
    else if (token === '}' || token === ']') depth--
    else if (token === ',' && depth === 0) {
      all.push(members.slice(begin, at))
      begin = at
    }
  }
  if (begin < members.length) all.push(members.slice(begin))
  return all
}

function endOfString(json: string, begin: number): number {
  let end = begin + 1
  while (json[end] !== '"') end += json[end] === '\\' ? 2 : 1
  return end
}

function cutMember(member: string, room: number): string {
  const [name = ''] = /^,"(?:[^"\\]|\\.)*":/.exec(member) ?? []
  const left = room - Buffer.byteLength(name)
  if (left < 16) return ''
  const value = member.slice(name.length)
  return name + cutQuoted(value.startsWith('"') ? (JSON.parse(value) as string) : value, left)
}

/** A string literal of at most `room` bytes that holds the beginning of a text; `""` at least. */
function cutQuoted(text: string, room: number): string {
  const whole = text.length <= room ? quote(text) : undefined
  if (whole !== undefined && Buffer.byteLength(whole) <= room) return whole
  let length = Math.max(0, Math.floor(room) - 5)
  let cut = quote(`${prefixOf(text, length)}…`)
  // Escapes make it longer than its text: what is too much is taken off until it fits.
  while (Buffer.byteLength(cut) > room && length > 0) {
    length = Math.max(0, length - Math.max(1, Math.ceil((Buffer.byteLength(cut) - room) / 6)))
    cut = quote(`${prefixOf(text, length)}…`)
  }
  return length === 0 ? '""' : cut
}

/** The longest beginning of at most so many bytes of UTF-8; never half a character. O(bytes). */
function prefixOf(text: string, bytes: number): string {
  let end = 0
  let left = bytes
  while (end < text.length) {
    const code = text.codePointAt(end) as number
    left -= bytesOf(code)
    if (left < 0) break
    end += code > 0xffff ? 2 : 1
  }
  return text.slice(0, end)
}

function bytesOf(code: number): number {
  if (code < 0x80) return 1
  if (code < 0x800) return 2
  return code < 0x10000 ? 3 : 4
}
