export { extract, pack, type Pack } from 'tar-stream'
