export { LAYOUT_NAMES, type LayoutName } from '@easycerts/shared/cluster'
