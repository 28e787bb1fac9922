import { bundle } from '../../rolldown.base.ts'

export default bundle({
  index: 'src/index.ts',
  'redis/index': 'src/redis/index.ts',
  'disk/index': 'src/disk/index.ts',
  'testing/index': 'src/testing/index.ts',
})
