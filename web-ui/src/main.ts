import { z } from 'zod';
import './app/app.js';

// The host's content policy forbids code from strings, which zod would use to be faster.
z.config({ jitless: true });
