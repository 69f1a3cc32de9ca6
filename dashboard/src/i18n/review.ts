import type { Area } from './index';

const review: Area = { zh: {}, en: {} };
export default review;
