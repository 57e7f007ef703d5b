# One image for every role; the command says which: dist/src/main/api.js, dist/src/main/worker.js, dist/src/main/migrate.js.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages ./packages
RUN npm ci
COPY . .
RUN npm run build \
 && npm prune --omit=dev \
 # Links to packages that do not ship, and what the database client asks for only to be generated.
 && rm -rf node_modules/@optgate node_modules/prisma node_modules/typescript

FROM node:24-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/prisma ./prisma
COPY --from=build /app/dist ./dist
# The programs stay root's: a role cannot change them.
USER node
EXPOSE 3000
CMD ["node", "dist/src/main/api.js"]
