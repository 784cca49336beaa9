// The script of pages for who is not signed in.
import { startPage } from "./lib/page";

startPage();
try { sessionStorage.clear(); } catch { /* a private window keeps nothing */ }
