/** Starts the demo: a phone beside a gate beside the ledger. */
import { render } from 'preact';
import '../shared/tokens.css';
import '../shared/base.css';
import '../shared/sign.css';
import './demo.css';
import './donors.css';
import './phone.css';
import './gate.css';
import './scene.css';
import './forms.css';
import './ledger.css';
import './tries.css';
import { DemoPage } from './DemoPage.tsx';

const root = document.getElementById('page');
if (root) render(<DemoPage />, root);
