import './page/style.css';
import { start } from './page/page.js';

start();
