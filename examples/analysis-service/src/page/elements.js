// The elements of the page: finds those of index.html and makes new ones. Text never becomes markup here.

/** The element of index.html; throws where there is none. @param {string} id */
export function byId(id) {
  const element = document.getElementById(id)
  if (element === null) throw new Error(`The page has no element #${id}`)
  return element
}

/** The same for an input. @param {string} id */
export function input(id) {
  return /** @type {HTMLInputElement} */ (byId(id))
}

/** The same for a button. @param {string} id */
export function button(id) {
  return /** @type {HTMLButtonElement} */ (byId(id))
}

/** Replaces what the element holds with text. @param {string} id @param {string} text */
export function setText(id, text) {
  byId(id).textContent = text
}

/** A new HTML element. @param {string} tag @param {string} className @param {string} text */
export function html(tag, className, text) {
  const element = document.createElement(tag)
  if (className !== '') element.className = className
  element.textContent = text
  return element
}

/**
 * A new SVG element.
 * @param {string} tag @param {Record<string, string | number>} attributes @param {...(Node | string)} children
 */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag)
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value))
  element.append(...children)
  return element
}
