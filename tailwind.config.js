/** Where classes are looked for. Colours and components stand in views/app.css. */
module.exports = {
  content: ["./views/**/*.templ", "./static/app.js"],
};
