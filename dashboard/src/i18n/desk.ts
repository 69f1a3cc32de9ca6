import type { Area } from './index';

const desk: Area = { zh: {}, en: {} };
export default desk;
