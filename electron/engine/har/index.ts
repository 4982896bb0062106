export { readHar } from './read-har'
