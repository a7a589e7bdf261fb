#include "bundle/place.h"

#include <gtest/gtest.h>

#include <string>

namespace bundle {
namespace {

std::string name_of(std::string_view path) {
  Place const place(path, "/srv/shop");
  return place.is_inside() ? std::string(place.name()) : "elsewhere";
}

TEST(Place, IsBelowThePathOfTheProgram) {
  EXPECT_EQ(name_of("/srv/shop/app/views.py"), "app/views.py");
  EXPECT_EQ(name_of("/srv/shop/"), "");
  for (auto const* path : {"/srv/shop", "/srv/shopping/app", "/srv/other/app", "srv/shop/app", "", "/"})
    EXPECT_EQ(name_of(path), "elsewhere") << path;
}

TEST(Place, ResolvesDotsByName) {
  EXPECT_EQ(name_of("/srv/shop//app/./a/../views.py"), "app/views.py");
  EXPECT_EQ(name_of("/srv/shop/app/.."), "");
  EXPECT_EQ(name_of("/srv/shop/app/a/.."), "app");
  EXPECT_EQ(name_of("/srv/shop/app/..a/.b"), "app/..a/.b");
}

TEST(Place, LeadsOutAgain) {
  EXPECT_EQ(name_of("/srv/shop/.."), "elsewhere");
  EXPECT_EQ(name_of("/srv/shop/app/../../shop/app"), "elsewhere");
}

TEST(Place, KnowsWhenAFolderIsMeant) {
  for (auto const* path : {"/srv/shop/app/", "/srv/shop/app/.", "/srv/shop/app/a/.."})
    EXPECT_TRUE(Place(path, "/srv/shop").names_folder()) << path;
  EXPECT_FALSE(Place("/srv/shop/app", "/srv/shop").names_folder());
}

TEST(Place, OfAnyLengthStaysInItsMemory) {
  std::string const longest = "/srv/shop/" + std::string(PATH_MAX - 11, 'x');
  EXPECT_EQ(name_of(longest), std::string(PATH_MAX - 11, 'x'));
  EXPECT_EQ(name_of(longest + "x"), "elsewhere");
}

}  // namespace
}  // namespace bundle
