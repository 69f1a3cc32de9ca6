import type { Area } from './index';

const patrol: Area = { zh: {}, en: {} };
export default patrol;
