/** Text as a page shows it. */
export function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}

/** A part of the page under a heading; `content` is HTML. */
export function section(heading: string, content: string): string {
  return `<section><h2>${escape(heading)}</h2>${content}</section>`
}

/** Lines as a list of the class `kind`; nothing where there are none. */
export function items(kind: string, lines: readonly string[]): string {
  if (lines.length === 0) return ''
  return `<ul class="${kind}">${lines.map((line) => `<li>${escape(line)}</li>`).join('')}</ul>`
}

/** Names beside the colours that stand for them. */
export function legend(names: readonly (readonly [name: string, colour: string])[]): string {
  const keys = names.map(([name, colour]) => `<span><i style="background:${colour}"></i>${escape(name)}</span>`)
  return `<p class="legend">${keys.join('')}</p>`
}

/** Rows of text as a table of the class `kind`, scrolled where it is too wide. */
export function textTable(kind: string, titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = titles.map((title) => `<th>${escape(title)}</th>`).join('')
  const body = rows.map((cells) => `<tr>${cells.map((cell) => `<td>${escape(cell)}</td>`).join('')}</tr>`)
  return `<div class="scroll"><table class="${kind}"><thead><tr>${head}</tr></thead><tbody>\n${body.join('\n')}\n</tbody></table></div>`
}
