(include "../measure.ss")
(define (build n xs) (if (= n 0) xs (build (- n 1) (cons n xs))))
(measure
 (lambda ()
   (fold-left + 0
     (filter (lambda (x) (= 0 (mod x 3)))
             (map (lambda (x) (* x 2)) (reverse (build 1000000 '())))))))
