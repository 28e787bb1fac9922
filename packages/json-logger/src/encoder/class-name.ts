/** The name of an object's class: `Object` for plain ones. Runs the object's code (in a proxy, say), so it may throw. */
export function className(value: object): string {
  const maker: unknown = (value as { readonly constructor?: unknown }).constructor
  const name: unknown = typeof maker === 'function' ? maker.name : undefined
  if (typeof name === 'string' && name !== '') return name
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}

/** `[Function: name]` or `[class Name]`. Runs the function's code where `name` is a getter, so it may throw. */
export function functionText(value: unknown): string {
  const { name } = value as { readonly name: unknown }
  const shown = typeof name === 'string' && name !== '' ? name : '(anonymous)'
  return Function.prototype.toString.call(value).startsWith('class') ? `[class ${shown}]` : `[Function: ${shown}]`
}
