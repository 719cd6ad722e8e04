import { z } from 'zod';
import './app/app.js';

// The host's content policy forbids `eval`, which zod would use to be faster.
z.config({ jitless: true });
