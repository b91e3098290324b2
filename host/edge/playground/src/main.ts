import './page/style.css';
import { start } from './page/page.js';

void start();
