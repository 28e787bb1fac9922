import type { Bindings } from './bindings.ts'
import type { Context } from './context.ts'
import { isError } from './encoder/is-error.ts'
import type { LineShape } from './encoder/field-encoder.ts'
import { encodeValue } from './encoder/value.ts'
import type { Fields } from './fields.ts'
import { levelOf, type Severity } from './level.ts'
import type { LogRecord } from './record.ts'
import type { Source } from './source.ts'
import { activeTrace } from './trace-context.ts'

/**
 * A call's record, for sinks that take no lines: what its JSON line says, as plain data.
 * @param fields as {@link ownFields} leaves them
 */
export function recordOf(
  shape: LineShape,
  now: number,
  severity: Severity,
  source: Source,
  bindings: Bindings | undefined,
  context: Context | undefined,
  message: string,
  fields: Fields | undefined,
): LogRecord {
  const { redactor, maxLineBytes } = shape
  const plain = (value: Fields | undefined): Fields =>
    value === undefined ? {} : (JSON.parse(encodeValue(value, redactor, redactor.root, maxLineBytes)) as Fields)
  const kept = (value: Fields | undefined): Fields => (value === undefined ? {} : once(shape, value, plain))
  const own = plain(fields)
  return {
    time: now,
    level: levelOf(severity),
    logger: redactor.scrub(source.name),
    message: redactor.scrub(message).slice(0, maxLineBytes),
    requestId: context?.requestId === undefined ? undefined : redactor.scrub(context.requestId),
    trace: activeTrace() ?? context?.trace,
    bindings: { ...kept(context?.fields), ...kept(bindings?.fields) },
    fields: own,
    error: errorOf(fields, own),
  }
}

/** What comes with many lines is read once, as for the lines of files. */
const read = new WeakMap<LineShape, WeakMap<Fields, Fields>>()

function once(shape: LineShape, fields: Fields, plain: (fields: Fields) => Fields): Fields {
  const known = read.get(shape) ?? new WeakMap<Fields, Fields>()
  read.set(shape, known)
  const made = known.get(fields) ?? plain(fields)
  known.set(fields, made)
  return made
}

/** The first error among the fields, as it is in the record. */
function errorOf(fields: Fields | undefined, own: Fields): unknown {
  const name = Object.keys(own).find((each) => isError(fields?.[each]))
  return name === undefined ? undefined : own[name]
}
