import type { Area } from './index';

const demo: Area = { zh: {}, en: {} };
export default demo;
