import { toCommonJs } from './to-commonjs.mjs'

/** A project of `"type": "module"`. The functions answer a file and its code, in the project's own way to import. */
export const esmProject = {
  type: 'module',
  typed: true,
  load: (specifiers) => ['load.mjs', each(specifiers, (name) => `await import('${name}')`)],
  types: (specifiers) => ['types.mts', each(specifiers, (name, i) => `export * as p${i} from '${name}'`)],
  example: (code) => ['example.ts', code],
}

/** A project of `"type": "commonjs"` that knows `require` and nothing else. */
export const commonJsProject = {
  type: 'commonjs',
  typed: false, // what `require` answers is `any`
  load: (specifiers) => ['load.cjs', each(specifiers, (name) => `require('${name}')`)],
  types: (specifiers) => ['types.cts', each(specifiers, (name, i) => `export import p${i} = require('${name}')`)],
  example: (code) => ['example.cts', toCommonJs(code)],
}

function each(specifiers, line) {
  return specifiers.map(line).join('\n')
}
