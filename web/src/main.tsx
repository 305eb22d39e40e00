/** Puts the dashboard on the page. */
import { createRoot } from 'react-dom/client';
import './style/mantine.css';
import './style/tokens.css';
import './style/parts.css';
import './style/dialogs.css';
import './style/overview.css';
import './style/breaks.css';
import './style/coach.css';
import './style/pages.css';
import './style/states.css';
import './style/frame.css';
import './style/audit.css';
import './style/recon.css';
import './style/alerts.css';
import './style/console.css';
import './style/print.css';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (root !== null) createRoot(root).render(<App />);
