// The shortest pause that is to count, as chosen in the form.

import { input } from './elements.js'
import { tell } from './status-view.js'

const LEAST_PAUSE = 0.1
const GREATEST_PAUSE = 10
const pauseInput = input('pause')

/** The query for the pause length: empty where none is chosen, `undefined` (and said why) where it is wrong. */
export function pauseChosen() {
  const { value, valueAsNumber, validity } = pauseInput
  const isEmpty = value === '' && !validity.badInput
  const isRight = isEmpty || (valueAsNumber >= LEAST_PAUSE && valueAsNumber <= GREATEST_PAUSE)
  pauseInput.setAttribute('aria-invalid', String(!isRight))
  if (isRight) return isEmpty ? '' : `?pauseSeconds=${valueAsNumber}`
  tell('failed', '', `The shortest pause must be a number of ${LEAST_PAUSE} to ${GREATEST_PAUSE} seconds.`)
  pauseInput.focus()
  return undefined
}
