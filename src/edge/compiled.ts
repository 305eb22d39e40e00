/** What Node made of our sources is kept now and not only at a good end: the next process starts quickly after a kill too. */
export { flushCompileCache as keepCompiled } from 'node:module';
