/** Starts the staffed lane, and what lets it start without a network. */
import { render } from 'preact';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/sign.css';
import './lane.css';
import './answer.css';
import './slip.css';
import { LanePage } from './LanePage.tsx';

const root = document.getElementById('page');
if (root) render(<LanePage />, root);
// Without it the lane works too, while there is a network.
if (import.meta.env.PROD) void navigator.serviceWorker?.register('/lane/sw.js');
