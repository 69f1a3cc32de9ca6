import type { Area } from './index';

const wall: Area = { zh: {}, en: {} };
export default wall;
