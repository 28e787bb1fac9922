/** A command as clients take it: of plain bytes, `Buffer`s over the same memory. */
export function commandArguments(command: readonly (string | Uint8Array)[]): readonly (string | Buffer)[] {
  const isReady = command.every((part) => typeof part === 'string' || Buffer.isBuffer(part))
  return isReady ? command : command.map(asArgument)
}

function asArgument(part: string | Uint8Array): string | Buffer {
  if (typeof part === 'string' || Buffer.isBuffer(part)) return part
  return Buffer.from(part.buffer, part.byteOffset, part.byteLength)
}
