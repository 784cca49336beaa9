// The script of pages for who is not signed in.
import { startPage } from "./page";

startPage();
