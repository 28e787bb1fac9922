const IMPORT = /^import\s+(?!type\b)(?:(\w+)\s*,?\s*)?(?:\{([^}]*)\}\s*)?from\s+(['"][^'"]+['"])\s*;?$/gm
const IMPORT_TYPE = /^import\s+type\b[^'"]*['"][^'"]+['"]\s*;?$/gm

/** A sample as a `require` project writes it: `require` in place of `import`, the rest inside an async function. */
export function toCommonJs(code) {
  const imports = []
  const body = code.replaceAll(IMPORT_TYPE, '').replaceAll(IMPORT, (_, standard, named, from) => {
    imports.push(`const { ${bindings(standard, named).join(', ')} } = require(${from})`)
    return ''
  })
  return `${imports.join('\n')}\n\nasync function main() {\n${body.trim()}\n}\n\nmain()\n`
}

function bindings(standard, named = '') {
  const names = named
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && !name.startsWith('type '))
  const renamed = names.map((name) => name.replace(/\s+as\s+/, ': '))
  return standard === undefined ? renamed : [`default: ${standard}`, ...renamed]
}
