import { createApp } from 'vue';
import App from './App.vue';
import { makeRouter } from './app';
import { i18n } from './i18n';
import './generated/fonts.css';
import './ui/theme';
import './ui/tokens.css';

createApp(App).use(i18n).use(makeRouter()).mount('#app');
