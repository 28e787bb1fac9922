import { bundle } from '../../rolldown.base.ts'

export default bundle({ index: 'src/index.ts', fetch: 'src/fetch.ts', 'testing/index': 'src/testing/index.ts' })
